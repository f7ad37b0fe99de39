export const sentenceFor = (_path: string, _name: string): string | undefined => undefined;
