// What an event says to programs beside its sentence for people: names with values. Floor 0: data only.
// One record serves the JSON log, status, and what leaves for machines: instance, service, server, from, to, cause.

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;
