import { missingPackages } from '../../lib/install.mjs';
import { bad, good } from '../findings.mjs';

export async function checkPackages() {
  const missing = missingPackages();
  if (missing.length === 0) return [good('packages are those of package-lock.json')];
  const some = missing.slice(0, 3).join(', ');
  return [
    bad(
      `${missing.length} packages are missing or of another version: ${some}${missing.length > 3 ? ', …' : ''}`,
      'npm ci (npm start does it by itself)',
    ),
  ];
}
