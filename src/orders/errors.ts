import { type FieldError, Problem } from '../platform/http/problems.ts';
import { maxMinor, toDecimal } from '../platform/money.ts';
import type { OrderStatus } from './order.ts';

export class UnknownSkuProblem extends Problem {
  readonly status = 422;
  readonly code = 'unknown-sku';
  readonly title = 'Unknown product';
  override readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    super(`The order names what the catalogue does not have: ${sentence(errors)}.`);
    this.errors = errors;
  }
}

export class OutOfStockProblem extends Problem {
  readonly status = 409;
  readonly code = 'out-of-stock';
  readonly title = 'Out of stock';
  override readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    super(`Nothing was ordered: ${sentence(errors)}.`);
    this.errors = errors;
  }
}

export class TotalTooLargeProblem extends Problem {
  readonly status = 422;
  readonly code = 'total-too-large';
  readonly title = 'Order too large';
  override readonly errors: readonly FieldError[] = [
    { field: '/items', message: 'add up to more than one order may hold' },
  ];

  constructor(currency: string) {
    super(`The items add up to more than ${toDecimal({ minor: maxMinor, currency })} ${currency}.`);
  }
}

export class OrderNotCancellableProblem extends Problem {
  readonly status = 409;
  readonly code = 'order-not-cancellable';
  readonly title = 'Order cannot be cancelled';
  readonly orderStatus: OrderStatus;

  constructor(id: string, orderStatus: OrderStatus, why: string) {
    super(`Order ${id} cannot be cancelled: ${why}.`);
    this.orderStatus = orderStatus;
  }
}

function sentence(errors: readonly FieldError[]): string {
  return errors.map(({ field, message }) => `${field} ${message}`).join('; ');
}
