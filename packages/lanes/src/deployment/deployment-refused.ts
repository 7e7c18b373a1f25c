/** The caller must not work on the deployment: it belongs to another bot, is in use, or has to be upgraded first. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
}
