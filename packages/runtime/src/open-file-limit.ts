/** How many files and sockets this process may have open; Infinity where the system does not limit them. */
export function openFileLimit(): number {
  // Without this the report looks up the name of every address it is connected to. Node's types lack it.
  const report = Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as {
    userLimits?: { open_files?: { soft?: unknown } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Infinity;
}
