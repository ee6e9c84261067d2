export { type AnnouncedAddress, announcedAddresses, announceText, mediaAddresses } from './announce.js';
export { effectiveSettings } from './effective.js';
export { type ConfigSources, type LoadedConfig, loadConfig } from './load.js';
export { configurationReference } from './reference.js';
export type { Config } from './schema.js';
