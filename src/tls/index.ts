export { certificateFolder, checkCertificate, openCertificate, type TlsOptions } from './open.js';
export type { ServerCertificate } from './server-certificate.js';
