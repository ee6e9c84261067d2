import type { AuditNote, Role } from '../../../admin/index.js';

/** What a call may say of itself in the audit log. */
export type Note = (note: AuditNote) => void;

/** A method of the REST API of WCS. */
export interface Method {
  /** Who may call it. */
  readonly role: Role;
  /**
   * @param body the body as it came, {} without one
   * @returns what to answer, as JSON; undefined for an empty answer
   * @throws Refusal
   */
  call(body: unknown, note: Note): unknown;
}

export type Methods = Readonly<Record<string, Method>>;
