const goods = ['荔枝', '台灯', '棉质T恤', '蓝牙耳机'];

/** The body of a draft with four lines, as an exporter's system sends it. */
export const draftBody = (index: number): string =>
  JSON.stringify({
    currency: 'USD',
    tradeCountry: 'US',
    freight: '120.5',
    insurance: '12',
    remarkNo: `RMK-${index}`,
    lines: goods.map((name, place) => ({ sku: `SKU-${place}`, name, qty: String(10 + place), unit: '007', unitPrice: '12.5', total: String((10 + place) * 12.5) })),
  });
