<<<<<<<< HEAD:panel/dist/assets/IconColumns3-CC0sKxn6.js
import{tt as e}from"./first-CePe1N0H.js";var t=e(`outline`,`columns-3`,`Columns3`,[[`path`,{d:`M3 4a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1v-16`,key:`svg-0`}],[`path`,{d:`M9 3v18`,key:`svg-1`}],[`path`,{d:`M15 3v18`,key:`svg-2`}]]);export{t};
========
import{tt as e}from"./first-Cug4cGXm.js";var t=e(`outline`,`columns-3`,`Columns3`,[[`path`,{d:`M3 4a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1v-16`,key:`svg-0`}],[`path`,{d:`M9 3v18`,key:`svg-1`}],[`path`,{d:`M15 3v18`,key:`svg-2`}]]);export{t};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/IconColumns3-Dg8MavIE.js
