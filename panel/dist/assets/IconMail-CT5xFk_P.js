<<<<<<<< HEAD:panel/dist/assets/IconMail-R5WY6F1M.js
import{tt as e}from"./first-nSoi-sB4.js";var t=e(`outline`,`mail`,`Mail`,[[`path`,{d:`M3 7a2 2 0 0 1 2 -2h14a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-10`,key:`svg-0`}],[`path`,{d:`M3 7l9 6l9 -6`,key:`svg-1`}]]);export{t};
========
import{tt as e}from"./first-Cm1RjOdq.js";var t=e(`outline`,`mail`,`Mail`,[[`path`,{d:`M3 7a2 2 0 0 1 2 -2h14a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-10`,key:`svg-0`}],[`path`,{d:`M3 7l9 6l9 -6`,key:`svg-1`}]]);export{t};
>>>>>>>> b52f630 (Saved views stand in the sidebar with their counts; one decision is made for many conversations over REST, and taken back):panel/dist/assets/IconMail-CT5xFk_P.js
