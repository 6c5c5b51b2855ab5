import type { Quote } from '../catalog/stock.ts';
import type { FieldError } from '../platform/http/problems.ts';
import { OutOfStockProblem, UnknownSkuProblem } from './errors.ts';
import type { OrderItem, WantedItem } from './order.ts';

/**
 * Gives each wanted line its price.
 *
 * @throws {UnknownSkuProblem} for SKUs that are not there or have no price in the currency.
 * @throws {OutOfStockProblem} when there is less than all lines of a SKU together want.
 */
export function priceItems(
  { items, currency }: { items: readonly WantedItem[]; currency: string },
  quotes: ReadonlyMap<string, Quote>,
): OrderItem[] {
  const unknown: FieldError[] = [];
  const missing: FieldError[] = [];
  const left = new Map([...quotes].map(([sku, quote]) => [sku, quote.stock]));
  const priced = items.map(({ sku, quantity }, index) => {
    const quote = quotes.get(sku);
    const field = `/items/${index}/sku`;
    if (quote === undefined) unknown.push({ field, message: `"${sku}" is not a product` });
    else if (quote.unitMinor === null) {
      unknown.push({ field, message: `"${sku}" has no price in ${currency}` });
    }
    const rest = (left.get(sku) ?? 0) - quantity;
    left.set(sku, rest);
    if (quote !== undefined && rest < 0) {
      missing.push({
        field: `/items/${index}/quantity`,
        message: `is more than we have of "${sku}"`,
      });
    }
    return { sku, quantity, unit: { minor: quote?.unitMinor ?? 0, currency } };
  });
  if (unknown.length > 0) throw new UnknownSkuProblem(unknown);
  if (missing.length > 0) throw new OutOfStockProblem(missing);
  return priced;
}
