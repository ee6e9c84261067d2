// Makes sure that the programs which the end-to-end tests drive are there: installs what is missing when it runs as
// root on a Debian-like system, otherwise says what to install and stops. Silent when nothing is missing.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PROGRAMS = [
  { program: 'chromium', debianPackage: 'chromium' },
  { program: 'firefox-esr', debianPackage: 'firefox-esr' },
  { program: 'ffmpeg', debianPackage: 'ffmpeg' },
  { program: 'ip', debianPackage: 'iproute2' },
  { program: 'turnserver', debianPackage: 'coturn', service: 'coturn.service' },
  { program: 'nginx', debianPackage: 'nginx', service: 'nginx.service' },
];
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** Whether a program can be run: on the PATH, or in a system folder that an ordinary user's PATH leaves out. */
function isInstalled(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS].filter(
    (folder) => folder !== '',
  );
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Where systemd runs, keeps packages from starting services that the tests start themselves. */
function maskServices(packages) {
  if (!existsSync('/run/systemd/system')) return;
  const services = PROGRAMS.filter(({ debianPackage }) => packages.includes(debianPackage))
    .map(({ service }) => service)
    .filter((service) => service !== undefined);
  if (services.length > 0) spawnSync('systemctl', ['mask', ...services]);
}

/** The Debian packages of the programs that are missing now. */
function missingPackages() {
  return PROGRAMS.filter(({ program }) => !isInstalled(program)).map(({ debianPackage }) => debianPackage);
}

function fail(missing, reason) {
  const command = `apt-get update && apt-get install --no-install-recommends ${missing.join(' ')}`;
  console.error(`The end-to-end tests need ${missing.join(', ')}: ${reason}. On Debian, as root: ${command}`);
  process.exit(1);
}

/** Runs apt-get without questions; its output appears only when it fails. */
function aptGet(missing, ...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error, stdout, stderr } = spawnSync('apt-get', args, {
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status === 0) return;
  console.error(`${stdout ?? ''}${stderr ?? ''}`);
  fail(missing, `apt-get ${args[0]} failed (${error ? error.message : `exit code ${status}`})`);
}

const missing = missingPackages();
if (missing.length > 0) {
  if (process.getuid?.() !== 0) fail(missing, 'not installed, and only root can install them');
  if (!isInstalled('apt-get')) fail(missing, 'not installed, and this system has no apt-get');
  console.error(`Installing ${missing.join(', ')} for the end-to-end tests`);
  aptGet(missing, 'update');
  maskServices(missing);
  aptGet(missing, 'install', '--yes', '--no-install-recommends', ...missing);
  const left = missingPackages();
  if (left.length > 0) fail(left, 'still missing after the installation');
}
