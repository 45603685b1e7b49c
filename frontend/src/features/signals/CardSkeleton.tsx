import type { CSSProperties } from "react";
import bones from "./CardSkeleton.module.css";
import styles from "./SignalCard.module.css";

/** A card's shape while its signal is on the way. */
export function CardSkeleton() {
  return (
    <div className={styles.card} aria-hidden>
      <div className={styles.head}>
        <Bone width={92} height={20} />
        <Bone width={140} height={20} />
        <Bone width={144} height={20} marginLeft="auto" />
      </div>
      <Bone width="82%" height={16} marginBlock={4} />
      <Bone width="58%" height={12} marginBlock={2} />
      <div className={styles.foot}>
        <Bone width="34%" height={16} />
        <Bone width={220} height={30} />
      </div>
    </div>
  );
}

function Bone(shape: CSSProperties) {
  return <div className={bones.bone} style={shape} />;
}
