/** What the worklist says. */

export const listText = {
  title: 'Worklist',
  search: 'Search name, ID, accession, description',
  columns: {
    patient_name: 'Patient',
    patient_id: 'ID',
    birth_date: 'Born',
    study_date: 'Study date',
    accession_number: 'Accession',
    modality: 'Modality',
    description: 'Description',
    counts: 'Series · images',
  },
  filters: {
    patient_name: 'Name',
    patient_id: 'ID',
    date: '7d, 2024-03',
    accession_number: 'Number',
    modality: 'CT, MR',
    description: 'Words',
  },
  /** @param {string} column */
  filterBy: (column) => `Filter by ${column.toLowerCase()}`,
  /** @param {string} column */
  sortBy: (column) => `Sort by ${column.toLowerCase()}`,
  /** @param {string} typed */
  badDate: (typed) =>
    `“${typed}” is no date that is understood, so that the list is not filtered by it. Write a day, month or year such as 2024-03-05, 2024-03, 2024, or today, yesterday, 7d, or a range with ..`,
  /** @param {number} shown @param {number} total */
  count: (shown, total) => (shown === total ? `${total} ${total === 1 ? 'study' : 'studies'}` : `${shown} of ${total} studies`),
  loading: 'Asking the archives',
  emptyTitle: 'No studies yet',
  empty: 'Farview shows the DICOM studies in its data folder. Start it with --data and a folder that holds some.',
  emptyScanning: 'The archive is being read; studies appear here as they are found.',
  noMatchTitle: 'No study matches',
  noMatch: 'Loosen the search or the filters.',
  clear: 'Clear search and filters',
  errorTitle: 'The worklist can’t be read',
  retry: 'Try again',
  /** @param {string} names */
  notAnswered: (names) => `${names} did not answer: its studies may be missing here.`,
  /** @param {string} name of the archive @param {string} problem a sentence @param {string} since */
  archiveProblem: (name, problem, since) => `${name && `${name}: `}${problem}${since && ` (since ${since})`}`,
  /** @param {number} seen @param {number} total */
  indexing: (seen, total) => (total > 0 ? `Indexing: ${seen} of ${total} files` : `Indexing: ${seen} files`),
  noHost: 'No render host is connected: studies can’t be listed or opened.',
  seat: {
    connecting: 'Connecting to a render host',
    live: 'Ready to read',
    stale: 'The render host is silent',
    reconnecting: 'Reconnecting to a render host',
    failed: 'No render host',
  },
  admin: 'Render hosts',
  signOut: 'Sign out',
};
