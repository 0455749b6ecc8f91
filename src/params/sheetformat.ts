/** The formats that a list can be exported in. */
export const match = (format: string): format is 'csv' | 'xlsx' | 'pdf' => ['csv', 'xlsx', 'pdf'].includes(format);
