/** Schema of a property that may be any JSON. */
export const ANYTHING = {
  oneOf: [
    { type: 'string' },
    { type: 'number', format: 'double' },
    { type: 'boolean' },
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
    { type: 'null' },
  ],
};
