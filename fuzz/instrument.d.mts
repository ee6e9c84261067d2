/** Gives an ES module a counter for each branch. */
export function instrument(source: string): string;
