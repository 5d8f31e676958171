import { defineConfig } from '@playwright/test';
import tests from './playwright.config.js';

/** Makes the pictures of docs/images from a stack that runs: `npm run docs:screenshots`. */
export default defineConfig({
  ...tests,
  testMatch: 'screenshots.ts',
  timeout: 1_200_000,
});
