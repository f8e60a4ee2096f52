/** What may be said of measuring, where images are compared and where one is made slim. */
export const measureOptions = {
  registry: {
    kind: 'text',
    value: 'HOST[/PATH]',
    summary: 'Also measure pushing to this registry and pulling from it, in repositories made for that',
  },
  machine: {
    kind: 'text',
    value: 'MACHINE',
    summary: 'Measure as on another machine: large, small, or cpus=1,memory=2g,net=100mbit,latency=20ms',
  },
  runs: { kind: 'text', value: 'COUNT', summary: 'Measured values are medians of so many runs, by default 5' },
} as const
