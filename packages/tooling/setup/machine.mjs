// Checks the machine first. Must run on an old Node, so it uses no new syntax.
export function checkMachine() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(
      `Node ${process.versions.node} is too old: Chatlane needs Node 20.19 or newer (https://nodejs.org).`,
    );
  }
  if (process.platform === 'win32') {
    fail(
      'Windows itself is not supported: run Chatlane inside WSL (type `wsl --install` in PowerShell, ' +
        'then clone and start it in the Linux shell you get).',
    );
  }
}

export function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}
