<<<<<<<< HEAD:panel/dist/assets/IconColumns3-DTiJ_E60.js
import{tt as e}from"./first-nSoi-sB4.js";var t=e(`outline`,`columns-3`,`Columns3`,[[`path`,{d:`M3 4a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1v-16`,key:`svg-0`}],[`path`,{d:`M9 3v18`,key:`svg-1`}],[`path`,{d:`M15 3v18`,key:`svg-2`}]]);export{t};
========
import{tt as e}from"./first-Cm1RjOdq.js";var t=e(`outline`,`columns-3`,`Columns3`,[[`path`,{d:`M3 4a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1v-16`,key:`svg-0`}],[`path`,{d:`M9 3v18`,key:`svg-1`}],[`path`,{d:`M15 3v18`,key:`svg-2`}]]);export{t};
>>>>>>>> b52f630 (Saved views stand in the sidebar with their counts; one decision is made for many conversations over REST, and taken back):panel/dist/assets/IconColumns3-DDXP4Img.js
