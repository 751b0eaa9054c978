/** Names, dates, numbers and filters, as readers write and read them. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { ageAt, ageWords, birthWords, dicomAge, dicomDate, dicomTime } from '../../web/format/dicom_date.js';
import { bytes, fixed, parseNumber, windowNumber, withUnit } from '../../web/format/number.js';
import { personName } from '../../web/format/person_name.js';
import { dateRange } from '../../web/worklist/date_filter.js';
import { EVERYTHING, isFiltered, nextSort, worklistPath } from '../../web/worklist/query.js';
import { studyAddress, studyOf } from '../../web/worklist/study_address.js';

test('person names', () => {
  assert.equal(personName('DOE^JANE^ANN^DR'), 'DOE, Jane Ann (Dr)');
  assert.equal(personName('van der Berg^Piet'), 'VAN DER BERG, Piet');
  assert.equal(personName('MÜLLER^HANS-PETER'), 'MÜLLER, Hans-Peter');
  assert.equal(personName('Yamada^Tarou=山田^太郎=やまだ^たろう'), 'YAMADA, Tarou');
  assert.equal(personName('=山田^太郎'), '山田, 太郎');
  assert.equal(personName('McDonald^Mary'), 'MCDONALD, Mary');
  assert.equal(personName('ANONYMOUS'), 'ANONYMOUS');
  assert.equal(personName('^GIVEN'), 'Given');
  assert.equal(personName(''), '');
});

const dates = JSON.parse(readFileSync(new URL('../data/dates.json', import.meta.url), 'utf8'));

test('dates, times and ages are those of the calendar, or are said to be unreadable, as written', () => {
  for (const [words, table] of /** @type {const} */ ([[dicomDate, dates.date], [dicomTime, dates.time], [dicomAge, dates.age]])) {
    for (const [written, wire, shown] of table) {
      assert.equal(words(wire), shown, `${words.name} of the host's ${wire}`);
      assert.equal(words(written), shown, `${words.name} of ${written}`);
    }
  }
});

test('an age is told of two days of the calendar only', () => {
  for (const [birth, study, age] of dates.age_at) assert.equal(ageAt(birth, study), age, `${birth} at ${study}`);
});

test('birth date, age and study date that contradict each other are said with doubt', () => {
  for (const [birth, study, words] of dates.birth_at) assert.equal(birthWords(birth, study), words, `${birth} at ${study}`);
  for (const [stated, birth, study, words] of dates.age_stated) {
    assert.equal(ageWords(stated, birth, study), words, `${stated}, ${birth} at ${study}`);
  }
});

test('numbers keep their decimals and have a true minus', () => {
  assert.equal(fixed(-12.34, 1), '−12.3');
  assert.equal(fixed(-0.01, 1), '0.0');
  assert.equal(withUnit(1.5, 1, 'mm'), '1.5\u202fmm');
  assert.equal(windowNumber(40.4, 400), '40');
  assert.equal(windowNumber(0.5, 1.2), '0.500');
  assert.equal(bytes(1_234_000), '1.2\u202fMB');
  assert.equal(parseNumber('1,5'), 1.5);
  assert.equal(parseNumber(' −600 '), -600);
  for (const none of ['', 'x', '1,5,2', '1e3', '--1', '5 HU']) assert.equal(parseNumber(none), null, none);
});

const TODAY = new Date(2024, 2, 1);

test('the date filter understands days, months, years, and words', () => {
  const range = (typed) => {
    const found = dateRange(typed, TODAY);
    return found && `${found.from}-${found.to}`;
  };
  assert.equal(range(''), '-');
  assert.equal(range('today'), '20240301-20240301');
  assert.equal(range('yesterday'), '20240229-20240229');
  assert.equal(range('7d'), '20240223-20240301');
  assert.equal(range('2024'), '20240101-20241231');
  assert.equal(range('2024-02'), '20240201-20240229');
  assert.equal(range('2023.02'), '20230201-20230228');
  assert.equal(range('20240305'), '20240305-20240305');
  assert.equal(range('2023..2024-02'), '20230101-20240229');
  assert.equal(range('2023..'), '20230101-');
  assert.equal(range('..2023'), '-20231231');
  for (const none of ['2024-13', '2024-02-30', 'soon', '24', '5/3/24']) assert.equal(range(none), null, none);
});

test('a query becomes an address, and a date that is not understood becomes none', () => {
  const path = worklistPath({ ...EVERYTHING, text: ' müller & co ', modality: 'ct', date: '2024-02' }, 100, 50, TODAY);
  const parameters = new URL(path ?? '', 'http://x').searchParams;
  assert.deepEqual(Object.fromEntries(parameters), {
    text: 'müller & co', modality: 'CT', date_from: '20240201', date_to: '20240229', sort: '-study_date', offset: '100', limit: '50',
  });
  assert.equal(worklistPath({ ...EVERYTHING, date: 'soon' }, 0, 50, TODAY), null);
  assert.ok(!isFiltered(EVERYTHING));
  assert.ok(isFiltered({ ...EVERYTHING, patient_id: '7' }));
});

test('pressing a head sorts, pressing again turns it round', () => {
  assert.equal(nextSort('-study_date', 'patient_name'), 'patient_name');
  assert.equal(nextSort('patient_name', 'patient_name'), '-patient_name');
  assert.equal(nextSort('patient_name', 'study_date'), '-study_date');
  assert.equal(nextSort('-study_date', 'study_date'), 'study_date');
});

test('a study has an address that holds UIDs and nothing else', () => {
  const reference = { study: '1.2.3', archive: 'demo', series: '1.2.3.4', image: 7, row: { patient_name: 'DOE^JANE' } };
  const address = studyAddress(reference);
  assert.equal(address, 'viewer?study=1.2.3&archive=demo&series=1.2.3.4&image=7');
  assert.deepEqual(studyOf(new URL(address, 'http://x')), { study: '1.2.3', archive: 'demo', series: '1.2.3.4', image: 7 });
  const below = new URL(address, 'http://x/farview/worklist');
  assert.equal(below.pathname, '/farview/viewer', 'addresses hold below any path');
  assert.equal(studyOf(below)?.study, '1.2.3');
  assert.equal(studyOf(new URL('http://x/worklist?study=1.2')), null);
  assert.equal(studyOf(new URL('http://x/viewer')), null);
  assert.equal(studyOf(new URL('http://x/viewer?study=1&image=-3'))?.image, 0);
});
