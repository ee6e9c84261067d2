export * from './agenda.js';
export * from './bounded-folder.js';
export * from './fault.js';
export * from './header-extension.js';
export * from './log.js';
export * from './memory.js';
export * from './random.js';
export * from './rate-limit.js';
