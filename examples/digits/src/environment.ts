import { type LoggedIn, login } from '@tangent/client';

/** Logs in to the API that the environment names. Throws with the name of what is missing. */
export function loginFromEnvironment(): Promise<LoggedIn> {
  const { TANGENT_API_URL = 'http://127.0.0.1:4000' } = process.env;
  return login({ baseUrl: TANGENT_API_URL }, need('TANGENT_EMAIL'), need('TANGENT_PASSWORD'));
}

function need(variable: string): string {
  const value = process.env[variable];
  if (!value)
    throw new Error(
      `${variable} is not set. TANGENT_EMAIL and TANGENT_PASSWORD are a login of the API, as npm start prints it; TANGENT_API_URL is its address.`,
    );
  return value;
}
