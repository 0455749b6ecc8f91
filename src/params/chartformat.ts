/** What a figure of the dashboard can be downloaded as. */
export const match = (format: string): format is 'csv' | 'svg' => ['csv', 'svg'].includes(format);
