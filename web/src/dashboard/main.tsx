// The dashboard of stores' staff: goes on with the session that this browser has, and shows the page.
import './styles/tokens.css';
import './styles/base.css';
import { createRoot } from 'react-dom/client';
import { start } from './client/session';
import { learn } from './i18n/language';
import { App } from './shell/App';

const root = document.getElementById('root');
if (!root) throw new Error('dashboard/index.html has no #root');

void start();
const page = createRoot(root);
void learn().then(() => page.render(<App />));
