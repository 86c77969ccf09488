import { createServer } from 'node:http';
import { bus } from './shop.js';

// What a composition root leaves open.
setInterval(() => undefined, 1_000);
createServer().listen(0);

export default bus;
