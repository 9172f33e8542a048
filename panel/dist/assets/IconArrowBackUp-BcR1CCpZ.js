<<<<<<<< HEAD:panel/dist/assets/IconArrowBackUp-BcR1CCpZ.js
import{at as e}from"./first-C_9uqtid.js";var t=e(`outline`,`arrow-back-up`,`ArrowBackUp`,[[`path`,{d:`M9 14l-4 -4l4 -4`,key:`svg-0`}],[`path`,{d:`M5 10h11a4 4 0 1 1 0 8h-1`,key:`svg-1`}]]);export{t};
========
import{ot as e}from"./first-DQ8IiHbp.js";var t=e(`outline`,`arrow-back-up`,`ArrowBackUp`,[[`path`,{d:`M9 14l-4 -4l4 -4`,key:`svg-0`}],[`path`,{d:`M5 10h11a4 4 0 1 1 0 8h-1`,key:`svg-1`}]]);export{t};
>>>>>>>> 8be15a6 (The bundles and the generated pages follow):panel/dist/assets/IconArrowBackUp-Dzwi4NVv.js
