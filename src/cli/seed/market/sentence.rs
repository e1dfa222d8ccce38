//! What sellers add to any of their goods, by theme.

use super::Theme;

/// What may stand behind a title
pub(in crate::cli::seed) const ENDINGS: &[&str] = &[
    " (entrega a domicilio)",
    " (al por mayor y al detalle)",
    " (oferta)",
    " (por encargo)",
    " (precio de productor)",
];

/// Sentences that fit a theme
pub(in crate::cli::seed) fn sentences(theme: Theme) -> &'static [&'static str] {
    match theme {
        Theme::Food => FOOD,
        Theme::Ranch => RANCH,
        Theme::Livestock => LIVESTOCK,
        Theme::Craft => CRAFT,
        Theme::Hardware => HARDWARE,
        Theme::Home => HOME,
        Theme::Wear => WEAR,
        Theme::Electronics => ELECTRONICS,
        Theme::Vehicle => VEHICLE,
        Theme::Service => SERVICE,
        Theme::Beauty => BEAUTY,
        Theme::Property => PROPERTY,
    }
}

const FOOD: &[&str] = &[
    "Todo se trabaja con agua purificada y manos limpias.",
    "Pida antes de las diez y le llega para el almuerzo.",
    "Si compra para negocio, le damos precio especial.",
    "Lo apartamos con un mensaje y lo retira en la tarde.",
    "Fresco todos los días menos el domingo.",
    "Traiga su recipiente y le damos un poquito más.",
    "Los viernes hay más variedad, venga temprano.",
    "Se vende desde la cantidad que necesite.",
];

const RANCH: &[&str] = &[
    "Le explicamos la dosis o la medida antes de llevarlo.",
    "Mandamos a las comarcas con el bus de la mañana.",
    "Pregunte por el precio para productor.",
    "Siempre hay existencia; si se acaba, entra en dos días.",
    "Tenemos también el equipo para aplicarlo.",
    "Producto sellado y con fecha de vencimiento a la vista.",
];

const LIVESTOCK: &[&str] = &[
    "Se puede ver en la finca cualquier día, avisando antes.",
    "Va con su carta de venta y guía de traslado.",
    "Desparasitado y vacunado al día.",
    "El precio se conversa si lleva más de uno.",
    "Puedo ayudarle a conseguir el transporte.",
    "Animal sano, sin resabios; lo vendo por falta de pasto.",
];

const CRAFT: &[&str] = &[
    "Cada pieza es distinta porque se hace a mano.",
    "Se hace a la medida en quince días.",
    "Aceptamos encargos con la mitad adelantada.",
    "El cuero y los materiales son de Chontales.",
    "Enviamos a todo el país por encomienda.",
    "Lo hacemos en el taller de la familia desde 1978.",
];

const HARDWARE: &[&str] = &[
    "Garantía de tres meses por defecto de fábrica.",
    "Lo llevamos a la obra si la compra pasa de dos mil córdobas.",
    "Cotizamos la lista completa el mismo día.",
    "Damos factura y crédito a quince días a clientes conocidos.",
    "Hay repuestos y quien lo instale.",
    "Pregunte por las otras medidas.",
];

const HOME: &[&str] = &[
    "Se puede pagar en dos partes, sin recargo.",
    "La entrega dentro de la ciudad es gratis.",
    "Tenemos otros colores y tamaños.",
    "Se ve en la tienda antes de comprar.",
    "Hacemos precio si lleva tres o más.",
    "Cambiamos el producto si viene dañado.",
];

const WEAR: &[&str] = &[
    "Pregunte por su talla, cada semana entra mercadería.",
    "Se puede probar en la tienda.",
    "Aceptamos cambios en tres días con la etiqueta.",
    "Se aparta con el treinta por ciento.",
    "Tela que no se encoge ni se destiñe.",
    "Hay para grandes y para chicos.",
];

const ELECTRONICS: &[&str] = &[
    "Se entrega probado delante de usted.",
    "Garantía por escrito y servicio técnico propio.",
    "Aceptamos su equipo usado como parte de pago.",
    "Se puede pagar con tarjeta o en cuotas.",
    "Incluye cargador y accesorios originales.",
    "Precio en efectivo; con tarjeta sube un poco.",
];

const VEHICLE: &[&str] = &[
    "Papeles en regla y traspaso el mismo día.",
    "Se acepta revisión con el mecánico de su confianza.",
    "Nunca chocado, con mantenimiento al día.",
    "Precio negociable en efectivo; solo gente seria.",
    "Acepto moto o ganado como parte de pago.",
    "Lo puede manejar antes de decidir.",
];

const SERVICE: &[&str] = &[
    "Cotización sin compromiso.",
    "Voy también a las comarcas, se cobra el pasaje.",
    "Trabajo garantizado y con recibo.",
    "Atiendo emergencias fuera de horario.",
    "Pida su cita por mensaje.",
    "Traigo mis propias herramientas.",
];

const BEAUTY: &[&str] = &[
    "Atendemos con cita y sin cita.",
    "Usamos productos que no maltratan.",
    "Los martes hay precio especial para estudiantes.",
    "También vamos a domicilio.",
    "Pregunte por los paquetes para novias y quinceañeras.",
    "Se entrega con muestra gratis de otro producto.",
];

const PROPERTY: &[&str] = &[
    "Documentos al día, se puede ver con cita.",
    "Trato directo con el dueño, sin intermediarios.",
    "Zona tranquila y con buen vecindario.",
    "Acceso por adoquinado todo el año.",
    "Se escucha oferta razonable.",
    "Con agua, luz y cobertura de internet.",
];
