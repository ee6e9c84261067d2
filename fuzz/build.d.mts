/** Where the built program is. */
export const built: string;
/** Builds it where it is out of date. @throws Error when it does not compile */
export function buildFuzz(): void;
