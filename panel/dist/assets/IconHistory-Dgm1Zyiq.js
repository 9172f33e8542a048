<<<<<<<< HEAD:panel/dist/assets/IconHistory-Dgm1Zyiq.js
import{tt as e}from"./first-CePe1N0H.js";var t=e(`outline`,`history`,`History`,[[`path`,{d:`M12 8l0 4l2 2`,key:`svg-0`}],[`path`,{d:`M3.05 11a9 9 0 1 1 .5 4m-.5 5v-5h5`,key:`svg-1`}]]);export{t};
========
import{tt as e}from"./first-Cug4cGXm.js";var t=e(`outline`,`history`,`History`,[[`path`,{d:`M12 8l0 4l2 2`,key:`svg-0`}],[`path`,{d:`M3.05 11a9 9 0 1 1 .5 4m-.5 5v-5h5`,key:`svg-1`}]]);export{t};
>>>>>>>> b689db89 (The bundles and the generated pages follow):panel/dist/assets/IconHistory-CMl6SKyt.js
