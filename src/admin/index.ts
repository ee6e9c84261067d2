export type { AuditNote } from './audit.js';
export type { Caller } from './credentials.js';
export { AdminGuard, type Decision, type Protection } from './guard.js';
export { hashPassword } from './password.js';
export { type Problem, problem, sendProblem } from './problem.js';
export type { AdminSettings, Role } from './settings.js';
