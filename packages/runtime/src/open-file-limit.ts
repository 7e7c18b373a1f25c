/** How many files and sockets this process may have open; Infinity when the system sets no limit. */
export function openFileLimit(): number {
  // Otherwise the report resolves the name of every connected address. Node's types lack the property.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as {
    userLimits?: { open_files?: { soft?: unknown } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Infinity;
}
