/** Entry of an egress process. */
import { serveEgress } from './serve.js';

serveEgress();
