// Generic netlink: the 4-byte header and the question which number a family has.
// Spec: linux/genetlink.h (genlmsghdr, CTRL_CMD_GETFAMILY).

import { fail, type Outcome, succeed } from '../fault.ts';
import { AttributeWriter, readAttributes } from './attribute.ts';
import { type Answer, type Message, malformed, type Request } from './message.ts';

/** GENL_HDRLEN: cmd, version, two reserved bytes. */
export const genericHeaderLength = 4;

/** GENL_ID_CTRL: the family that knows all others. */
const controller = 0x10;
const controlCommands = { newFamily: 1, getFamily: 3 } as const;
/** CTRL_ATTR_*. */
const controlAttributes = { familyId: 1, familyName: 2, version: 3, multicastGroups: 7 } as const;
/** CTRL_ATTR_MCAST_GRP_*. */
const groupAttributes = { name: 1, id: 2 } as const;

export interface GenericFamily {
  /** nlmsg_type of the family's messages. */
  readonly id: number;
  readonly name: string;
  readonly version: number;
  /** Multicast groups by name. */
  readonly groups: ReadonlyMap<string, number>;
}

export interface GenericRequest {
  readonly operation: string;
  readonly family: number;
  readonly command: number;
  readonly version: number;
  readonly answer: Answer;
  /** Writes the attributes after the header. */
  readonly attributes?: ((writer: AttributeWriter) => void) | undefined;
  /** Expected payload size in bytes, to allocate once. */
  readonly capacity?: number;
}

/** A request of a generic family. */
export function genericRequest(request: GenericRequest): Request {
  const writer = new AttributeWriter(request.capacity);
  writer.generic(request.command, request.version);
  request.attributes?.(writer);
  return {
    operation: request.operation,
    type: request.family,
    flags: 0,
    payload: writer.finish(),
    answer: request.answer,
  };
}

/** The command and attribute bytes of a generic message. */
export function decodeGeneric(
  message: Message,
): Outcome<{ readonly command: number; readonly version: number; readonly attributes: Uint8Array }> {
  const [command, version] = message.payload;
  if (message.payload.length < genericHeaderLength || command === undefined || version === undefined) {
    return fail(malformed(`generic netlink header needs 4 bytes, ${message.payload.length} given`));
  }
  return succeed({ command, version, attributes: message.payload.subarray(genericHeaderLength) });
}

/** Asks the controller for a family's number; the kernel answers ENOENT when no module offers it (and tries to load one). */
export const getFamily = (name: string): Request =>
  genericRequest({
    operation: `CTRL_CMD_GETFAMILY ${name}`,
    family: controller,
    command: controlCommands.getFamily,
    version: 1,
    answer: 'reply',
    attributes: writer => writer.text(controlAttributes.familyName, name),
  });

/** The controller's answer (CTRL_CMD_NEWFAMILY). */
export function decodeFamily(messages: readonly Message[]): Outcome<GenericFamily> {
  const [message] = messages;
  if (message === undefined) return fail(malformed('no answer to CTRL_CMD_GETFAMILY'));
  const generic = decodeGeneric(message);
  if (!generic.ok) return generic;
  if (generic.value.command !== controlCommands.newFamily) {
    return fail(malformed(`answer ${generic.value.command} to CTRL_CMD_GETFAMILY`));
  }
  return readAttributes(generic.value.attributes, 'CTRL_CMD_NEWFAMILY', reader => {
    let id = 0;
    let name = '';
    let version = 0;
    const groups = new Map<string, number>();
    while (reader.next()) {
      switch (reader.type) {
        case controlAttributes.familyId:
          id = reader.u16();
          break;
        case controlAttributes.familyName:
          name = reader.text();
          break;
        case controlAttributes.version:
          version = reader.u32();
          break;
        case controlAttributes.multicastGroups:
          reader.nested(list => {
            while (list.next()) {
              list.nested(group => {
                let label = '';
                let number = 0;
                while (group.next()) {
                  if (group.type === groupAttributes.name) label = group.text();
                  else if (group.type === groupAttributes.id) number = group.u32();
                }
                groups.set(label, number);
              });
            }
          });
          break;
      }
    }
    if (id === 0) reader.refuse('no family number');
    return { id, name, version, groups };
  });
}
