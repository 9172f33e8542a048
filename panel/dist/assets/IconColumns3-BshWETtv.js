<<<<<<<< HEAD:panel/dist/assets/IconColumns3-BshWETtv.js
import{at as e}from"./first-C_9uqtid.js";var t=e(`outline`,`columns-3`,`Columns3`,[[`path`,{d:`M3 4a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1v-16`,key:`svg-0`}],[`path`,{d:`M9 3v18`,key:`svg-1`}],[`path`,{d:`M15 3v18`,key:`svg-2`}]]);export{t};
========
import{ot as e}from"./first-DQ8IiHbp.js";var t=e(`outline`,`columns-3`,`Columns3`,[[`path`,{d:`M3 4a1 1 0 0 1 1 -1h16a1 1 0 0 1 1 1v16a1 1 0 0 1 -1 1h-16a1 1 0 0 1 -1 -1v-16`,key:`svg-0`}],[`path`,{d:`M9 3v18`,key:`svg-1`}],[`path`,{d:`M15 3v18`,key:`svg-2`}]]);export{t};
>>>>>>>> 8be15a6 (The bundles and the generated pages follow):panel/dist/assets/IconColumns3-CC_bdvVY.js
