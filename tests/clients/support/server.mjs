// The server under test, named by PLAZA_URL.
export const url = process.env.PLAZA_URL;
if (!url) throw new Error('PLAZA_URL names the server to test; `tests/clients/run` starts one');
export const endpoint = `${url}/graphql`;

/** People of the demo data. */
export const people = {
  ana: { login: '+50588880001', password: 'plaza-demo-2026' },
  bruno: { login: '+50588880002', password: 'plaza-demo-2026' },
};

/** A place in Juigalpa's centre, where most of the demo's market is. */
export const juigalpa = { latitude: 12.1063, longitude: -85.3645 };
