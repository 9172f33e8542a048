<<<<<<<< HEAD:panel/dist/assets/IconDownload-DCiWR-MK.js
import{tt as e}from"./first-nSoi-sB4.js";var t=e(`outline`,`download`,`Download`,[[`path`,{d:`M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2`,key:`svg-0`}],[`path`,{d:`M7 11l5 5l5 -5`,key:`svg-1`}],[`path`,{d:`M12 4l0 12`,key:`svg-2`}]]);export{t};
========
import{tt as e}from"./first-Cm1RjOdq.js";var t=e(`outline`,`download`,`Download`,[[`path`,{d:`M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2`,key:`svg-0`}],[`path`,{d:`M7 11l5 5l5 -5`,key:`svg-1`}],[`path`,{d:`M12 4l0 12`,key:`svg-2`}]]);export{t};
>>>>>>>> b52f630 (Saved views stand in the sidebar with their counts; one decision is made for many conversations over REST, and taken back):panel/dist/assets/IconDownload-uILJIQrp.js
