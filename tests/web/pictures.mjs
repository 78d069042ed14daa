// The README's pictures, of the demo programme as it is today. Taken anew when the pages look otherwise:
//
//   scripts/build-web && node tests/web/pictures.mjs [--binary FILE]
import { parseArgs } from 'node:util';
import { Demo, root } from './demo.mjs';

const { values } = parseArgs({ options: { binary: { type: 'string', default: `${root}/build/release/circled` } } });
const demo = await Demo.open(values);
try {
  const picture = async (context, path, there, name) => {
    const page = await context.newPage();
    await page.goto(demo.origin + path);
    await there(page);
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    await page.screenshot({ path: `${root}/server/web/screenshots/${name}.png` });
  };
  const live = (page) => page.getByText('Live', { exact: true }).waitFor();
  const desk = await demo.desk('cora');
  await picture(desk, '/', live, 'today');
  await picture(desk, '/#/calendar/week', async (page) => {
    await live(page);
    await page.locator('.ec-event button').first().waitFor();
  }, 'calendar');
  // Of those who have an appointment coming, the first by name.
  const { items } = await demo.call(demo.admin, 'POST', '/api/v1/clients/search', { limit: 50 });
  for (const client of items.filter((c) => c.phase === 'aftercare')) {
    const phone = await demo.phone(client);
    const week = await (await phone.request.get(`${demo.origin}/api/v1/my/appointments`)).json();
    if (week.items?.length) {
      await picture(phone, '/app', (page) => page.getByRole('heading', { name: 'This week' }).waitFor(), 'app');
      break;
    }
    await phone.close();
  }
} finally {
  await demo.close();
}
