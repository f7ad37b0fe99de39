// The door of daemon/: pure composition of the rooms below into the processes of `lvskit run`. Floor 5.
export * from './messages.ts';
export * from './supervisor.ts';
