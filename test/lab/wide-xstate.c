/* Lets User-Mode-Linux 6.1 run on processors with AMX: preloaded into linux.uml, where it stands in for ptrace(2).
 * Spec: ptrace(2), PTRACE_SETREGSET with NT_X86_XSTATE. The host's kernel demands the whole register set there, which is
 * 11,008 bytes with AMX; that kernel hands over its 2,696 and dies of EFAULT. Here the rest is what the process has at the moment. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#ifndef NT_X86_XSTATE
#define NT_X86_XSTATE 0x202
#endif

static char whole[65536] __attribute__((aligned(64)));

long ptrace(enum __ptrace_request request, ...)
{
	static long (*real)(enum __ptrace_request, ...);
	va_list rest;
	va_start(rest, request);
	long pid = va_arg(rest, long);
	void *addr = va_arg(rest, void *);
	void *data = va_arg(rest, void *);
	va_end(rest);
	if (real == 0)
		real = (long (*)(enum __ptrace_request, ...))dlsym(RTLD_NEXT, "ptrace");
	long answer = real(request, (int)pid, addr, data);
	if (answer != -1 || errno != EFAULT || request != PTRACE_SETREGSET || (long)addr != NT_X86_XSTATE)
		return answer;
	struct iovec *given = data;
	struct iovec full = {whole, sizeof whole};
	if (real(PTRACE_GETREGSET, (int)pid, addr, &full) == -1)
		return -1;
	if (full.iov_len <= given->iov_len) {
		errno = EFAULT;
		return -1;
	}
	memcpy(whole, given->iov_base, given->iov_len);
	return real(request, (int)pid, addr, &full);
}
