/*
 * The other opinion on what the lab's own generator measures: k6 sends the same rate, open-model, to
 * the same address. Run by `npm run lab -- check-load`, which sets TARGET, RATE, SECONDS and TOKEN.
 */
import http from 'k6/http';

const { TARGET, RATE, SECONDS, TOKEN } = __ENV;

export const options = {
  discardResponseBodies: false,
  scenarios: {
    reads: {
      executor: 'constant-arrival-rate',
      rate: Number(RATE),
      timeUnit: '1s',
      duration: `${SECONDS}s`,
      preAllocatedVUs: 200,
      maxVUs: 1000,
    },
  },
};

export default function readOrder() {
  const customer = `customer-${Math.floor(Math.random() * 2000)}`;
  http.get(`${TARGET}/v1/orders/order-1`, {
    headers: { authorization: `Bearer ${TOKEN}`, 'x-customer-id': customer },
    tags: { name: 'read-order' },
  });
}
