/** How much a finding matters, from little to much. */
export const severities = ['information', 'warning', 'error'] as const
