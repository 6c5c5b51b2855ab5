import Fastify from 'fastify';
import pg from 'pg';
import { registerOrders } from './orders.ts';
import { registerPayments } from './payments.ts';

// What the API is measured against: Fastify and pg by hand, with no validation, sign-in,
// idempotency, metrics or logs. Nothing in it is slower than it has to be.

const { DATABASE_URL, GATEWAY_URL = '', DATABASE_POOL_SIZE = '10' } = process.env;

const pool = new pg.Pool({
  connectionString: DATABASE_URL,
  max: Number(DATABASE_POOL_SIZE),
  idleTimeoutMillis: 0,
});
const app = Fastify();
registerOrders(app, pool);
registerPayments(app, pool, GATEWAY_URL);
app.addHook('onClose', () => pool.end());
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ msg: 'listening', address })}\n`);
process.once('SIGTERM', () => app.close().then(() => process.exit(0)));
