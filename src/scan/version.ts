/** Whether a version is older than another, which may be shorter: `5.2.2` is older than `5.4`. */
export function isOlder(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
