// The other end of preload.cjs.
import { connect } from 'node:net';

const patience = 10_000;

/**
 * Has one of the server's processes do something.
 *
 * @param {string} folder of the sockets
 * @param {number} pid
 * @param {'clock' | 'cut' | 'census'} method
 * @param {object} [params]
 * @returns {Promise<any>} rejects when the process is not there or does not answer
 */
export function ask(folder, pid, method, params = {}) {
  return new Promise((resolve, reject) => {
    const socket = connect(`${folder}/${pid}.sock`);
    let text = '';
    socket.setTimeout(patience, () => socket.destroy(new Error(`process ${pid} does not answer`)));
    socket.on('connect', () => socket.write(`${JSON.stringify({ method, ...params })}\n`));
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('end', () => resolve(text ? JSON.parse(text) : {}));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`process ${pid} has gone`)));
  });
}
