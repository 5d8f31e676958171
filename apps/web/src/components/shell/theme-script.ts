export const themeKey = 'tangent.theme';

/** Runs before the first paint, so that a chosen theme does not flash. */
export const themeScript = `try{const t=localStorage.getItem('${themeKey}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){console.warn('the theme cannot be read',e)}`;
