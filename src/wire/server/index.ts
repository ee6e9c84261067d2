export * from './call.js';
export * from './connection.js';
export * from './data.js';
export * from './diagnostics.js';
export * from './media.js';
export * from './stream-event.js';
export * from './stream-status.js';
