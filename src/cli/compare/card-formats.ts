/** How a card may be printed. */
export const cardFormats = ['text', 'json', 'markdown', 'html'] as const
